//! The tables of the generator: common given names, and syllables of which family names are made up.
//!
//! A word is written `native/Latin`, or once where the language is written in Latin letters. No row is anybody's name:
//! given names are those that millions bear, family names are put together at random.

/// How names of one culture are made.
#[derive(Debug)]
pub(super) struct Culture {
    /// Countries its people state, the first most often.
    pub(super) countries: &'static [&'static str],
    /// How many people are of it, relative to the others.
    pub(super) share: u32,
    /// How many of a hundred are recorded in the native script.
    pub(super) native: u32,
    pub(super) shape: Shape,
    pub(super) men: &'static str,
    pub(super) women: &'static str,
    /// Beginnings of family names.
    pub(super) stems: &'static str,
    /// Their endings; `""` is one, too.
    pub(super) tails: &'static str,
}

/// How the parts of a name follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Given name, at times a second one or its initial, family name.
    Western,
    /// Given name, family name, and the mother's family name.
    Iberian,
    /// Given name, father's name as a patronymic, family name; women's family names end in -a.
    Slavic,
    /// Given name, names of father and grandfather with or without `bin`, family name with its article.
    Arabic,
    /// Family name first, in the native script without a space.
    EastAsian,
    /// Only given names, one to three.
    Given,
}

pub(super) const CULTURES: &[Culture] = &[
    Culture {
        countries: &["us", "gb", "ca", "au", "ie", "nz"],
        share: 1600,
        native: 0,
        shape: Shape::Western,
        men: "James John Robert Michael William David Richard Thomas Charles Daniel Matthew Anthony Mark Paul Steven Andrew Kenneth George Joshua Kevin Brian Edward Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric Stephen Jonathan Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Raymond Patrick Alexander Jack Dennis Jerry Tyler Aaron Henry Douglas Peter Adam Zachary Nathan Walter Kyle Harold Carl Jeremy Keith Roger Gerald Ethan Arthur Terry Christian Sean Lawrence Austin Noah Dylan Bryan Joe Jordan Billy Bruce Albert Willie Gabriel Logan Alan Juan Wayne Roy Ralph Randy Eugene Vincent Russell Louis Philip Bobby Johnny Bradley",
        women: "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret Betty Sandra Ashley Dorothy Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy Shirley Angela Helen Anna Brenda Pamela Nicole Ruth Katherine Samantha Christine Emma Catherine Debra Virginia Rachel Carolyn Janet Maria Heather Diane Julie Joyce Victoria Kelly Christina Joan Evelyn Lauren Judith Olivia Frances Martha Cheryl Megan Andrea Hannah Jacqueline Ann Jean Alice Kathryn Gloria Teresa Doris Sara Janice Julia Grace Judy Abigail Marie Denise Beverly Amber Danielle Marilyn Madison Diana Brittany Natalie Sophia Rose Alexis",
        stems: "Ash Black Bram Brock Burn Carl Chad Clay Cold Crab Dal Dun East Ell Fair Farn Field Fox Gar Glen Gold Gran Green Had Hal Hart Hazel Hen High Hol Hunt Ken King Kirk Lang Lin Long Mar Mead Mil Nor Oak Old Pem Pres Ray Red Rich Rock Row Sand Shel Sil Stan Stone Sut Thorn Wal War West Whit Win Wood Wyn",
        tails: "ford well ton ley son er man worth brook field ham by wick more land stead",
    },
    Culture {
        countries: &["mx", "es", "co", "ar", "pe", "ve", "br", "cl", "pt"],
        share: 1400,
        native: 0,
        shape: Shape::Iberian,
        men: "José Juan Luis Carlos Jorge Manuel Francisco Miguel Pedro Antonio Jesús Alejandro Rafael Fernando Ricardo Roberto Javier Eduardo Sergio Ramón Andrés Alberto Enrique Diego Raúl Víctor Pablo Óscar Arturo Héctor Julio Armando Gerardo Mario Marco Martín Guillermo Gustavo Hugo Ignacio Iván João Paulo Rui Tiago Felipe Joaquín Rodrigo Esteban Álvaro",
        women: "María Guadalupe Juana Margarita Ana Rosa Carmen Teresa Leticia Elena Patricia Silvia Alicia Gabriela Adriana Laura Verónica Martha Isabel Lucía Claudia Sofía Daniela Paula Marta Pilar Mercedes Dolores Cristina Beatriz Natalia Andrea Camila Valentina Inês Luísa Fernanda Raquel Yolanda Norma Irma Graciela Lourdes Esperanza Gloria Rocío Josefina Susana Lidia Eva",
        stems: "Al Ar Bal Bar Ben Cal Cam Car Cas Cer Cor Del Dom Es Fern Gal Gar Gom Guer Her Ib Jim Lar Lop Lor Mal Mar Mend Mir Mol Mon Mor Nav Nuñ Ord Ort Pac Per Quin Ram Riv Rod Rom Sal San Ser Sol Sot Tor Val Varg Vel Vill Zam",
        tails: "ez era eno ados illa ales ano ones ado era oza inho eira as uela edo",
    },
    Culture {
        countries: &["de", "at", "ch"],
        share: 350,
        native: 0,
        shape: Shape::Western,
        men: "Hans Peter Klaus Michael Thomas Andreas Wolfgang Jürgen Stefan Christian Uwe Werner Günter Dieter Bernd Matthias Martin Frank Manfred Heinz Jörg Ralf Karl Helmut Holger Markus Rainer Sebastian Tobias Florian Lukas Jonas Felix Maximilian Moritz Ulrich",
        women: "Ursula Monika Petra Elisabeth Sabine Renate Helga Karin Brigitte Ingrid Andrea Gisela Claudia Susanne Gabriele Christa Christine Hildegard Anna Birgit Barbara Gerda Ilse Martina Heike Angelika Julia Katharina Lena Sophie Hannah Frieda",
        stems: "Acker Alt Bach Berg Birk Blum Braun Brenn Buch Dorn Eber Eich Engel Feld Fink Frank Frei Gold Grün Hart Hirsch Hof Holz Kauf Kirch Klein König Korn Kraut Lang Leh Lind Lutz Mei Müh Neu Ober Ost Rein Rosen Roth Sand Schäf Schön Schwarz Stein Storch Tann Vogel Wald Weiß Win Wolf Zim",
        tails: "mann er bauer meister berger feld stein hof hausen kamp inger ler brecht bach",
    },
    Culture {
        countries: &["fr", "be", "ch", "ca", "ci", "sn", "cm"],
        share: 400,
        native: 0,
        shape: Shape::Western,
        men: "Jean Pierre Michel André Philippe Alain Jacques Bernard Marcel Daniel Roger Robert Paul Claude Christian Henri Georges Nicolas François Julien Laurent Frédéric Éric Patrick Sébastien Stéphane Pascal Christophe Olivier David Thierry Guillaume Antoine Hugo Mathieu Jean-Luc Jean-Paul",
        women: "Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine Madeleine Nicole Suzanne Hélène Christine Marguerite Denise Louise Christiane Yvonne Valérie Sandrine Véronique Camille Céline Chloé Élodie Manon Anne-Marie Brigitte Aurélie",
        stems: "Bar Beau Bel Ber Blan Bois Bon Bour Bru Car Cham Char Clé Col Cor Cou Dam Del Des Du Fav Fon Gar Gau Ger Gir Gui Lam Lar Lav Leg Lem Mar Mer Mon Mor Per Pic Poi Quen Ren Riv Rob Rou Sav Ser Tar Vas Ver Vil",
        tails: "eau ier ard ot in ette mont val court beau ois et on aud el",
    },
    Culture {
        countries: &["it", "ch", "ar"],
        share: 300,
        native: 0,
        shape: Shape::Western,
        men: "Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo Michele Giorgio Aldo Sergio Luciano Roberto Marco Andrea Alessandro Stefano Matteo Lorenzo Davide Simone Riccardo",
        women: "Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina Francesca Antonietta Carla Elena Concetta Rita Margherita Franca Paola Giulia Chiara Sara Martina Silvia Valentina Alessandra Elisa Federica Laura Ilaria",
        stems: "Al Bar Bell Ber Bian Bor Cal Cam Cap Car Cas Col Con Cor Cos Dal Den Don Fab Far Fer Fior Gal Gar Gen Gian Gra Lam Lom Mar Mar Mon Mor Nap Or Pal Par Pel Piv Ric Riv Ros San Ser Tes Tor Val Ven Ver Vol Zan",
        tails: "etti ini ucci elli oni ato ese ano ardi isi ella aro ino otto acci",
    },
    Culture {
        countries: &["nl", "be", "se", "no", "dk", "fi"],
        share: 300,
        native: 0,
        shape: Shape::Western,
        men: "Jan Pieter Willem Hendrik Johannes Cornelis Kees Joost Sven Lars Erik Anders Nils Olof Bjørn Henrik Søren Mads Rasmus Ole Knut Harald Magnus Gustav Mikael Antti Juhani Matti Pekka Timo Sander Bram Daan Thijs Ruben",
        women: "Johanna Maria Anna Elisabeth Cornelia Hendrika Ingrid Astrid Karin Kristina Eva Birgitta Marianne Lise Inge Kirsten Hanne Anneke Sanne Femke Lotte Sofie Emma Liisa Helena Kaisa Tuulikki Aino Solveig Ragnhild Sigrid Maja",
        stems: "Aker Berg Bjork Blom Brink Dahl Dijk Eke El Falk Fors Gran Haag Hag Hall Ham Hed Holm Kamp Karl Kuip Lind Lund Malm Meer Nord Ny Oster Palm Pijl Ros Sand Sjö Skog Smeet Strand Sund Svan Ter Veen Vik Voor Wall West Wij",
        tails: "ström berg sen sson stra ma huis kamp ken gren quist lund dal man ner vik inen la",
    },
    Culture {
        countries: &["pl", "cz", "sk", "hr", "rs", "hu", "ro"],
        share: 450,
        native: 0,
        shape: Shape::Western,
        men: "Jan Andrzej Piotr Krzysztof Stanisław Tomasz Paweł Józef Marcin Marek Michał Grzegorz Jerzy Tadeusz Adam Łukasz Zbigniew Ryszard Dariusz Jiří Petr Josef Pavel Jaroslav Miroslav Marko Ivan Dragan Zoran Goran László István Zoltán Ion Gheorghe Mihai Andrei",
        women: "Anna Maria Katarzyna Małgorzata Agnieszka Krystyna Barbara Ewa Elżbieta Zofia Janina Teresa Joanna Magdalena Monika Jadwiga Danuta Irena Halina Helena Jana Věra Alena Hana Ivana Jelena Milica Ana Erzsébet Katalin Ilona Elena Ioana Mihaela",
        stems: "Bar Bog Bor Brod Chmiel Czar Dąb Dom Drag Grab Gór Hor Jan Jas Kal Kam Kow Koz Krz Kuch Kwiat Lew Lip Maj Mal Maz Mik Now Ol Paw Piet Rad Rog Sad Sob Stan Szy Tom Urb Wal Was Wil Wiś Woj Zaj Zaw Ziel",
        tails: "owski iński ak ek czyk ewicz ov ić ović ský escu eanu ik an",
    },
    Culture {
        countries: &["ru", "ua", "by", "kz", "kg", "uz"],
        share: 1000,
        native: 55,
        shape: Shape::Slavic,
        men: "Александр/Aleksandr Сергей/Sergey Владимир/Vladimir Андрей/Andrey Алексей/Aleksei Дмитрий/Dmitry Николай/Nikolai Иван/Ivan Михаил/Mikhail Евгений/Evgeny Виктор/Viktor Юрий/Yuri Игорь/Igor Анатолий/Anatoly Олег/Oleg Василий/Vasily Павел/Pavel Константин/Konstantin Валерий/Valery Максим/Maxim Роман/Roman Денис/Denis Антон/Anton Вадим/Vadim Геннадий/Gennady Борис/Boris Леонид/Leonid Артём/Artem Руслан/Ruslan Тимур/Timur Станислав/Stanislav Григорий/Grigory Кирилл/Kirill Никита/Nikita Илья/Ilya Егор/Egor Тарас/Taras Богдан/Bohdan",
        women: "Елена/Elena Ольга/Olga Наталья/Natalia Татьяна/Tatiana Ирина/Irina Светлана/Svetlana Анна/Anna Мария/Maria Екатерина/Ekaterina Людмила/Lyudmila Галина/Galina Марина/Marina Валентина/Valentina Юлия/Yulia Надежда/Nadezhda Нина/Nina Любовь/Lyubov Оксана/Oksana Лариса/Larisa Вера/Vera Анастасия/Anastasia Алла/Alla Дарья/Daria Евгения/Evgenia Ксения/Ksenia Виктория/Viktoria Тамара/Tamara Зоя/Zoya Полина/Polina Алина/Alina",
        stems: "Ага/Aga Бар/Bar Бел/Bel Бог/Bog Бор/Bor Бур/Bur Вал/Val Вас/Vas Вед/Ved Вор/Vor Гав/Gav Гал/Gal Гор/Gor Гриш/Grish Дан/Dan Дем/Dem Дор/Dor Ем/Em Ерм/Erm Жар/Zhar Зав/Zav Зим/Zim Зуб/Zub Ис/Is Кал/Kal Кар/Kar Кир/Kir Кол/Kol Кор/Kor Кош/Kosh Крав/Krav Куд/Kud Лап/Lap Лог/Log Лук/Luk Мак/Mak Мат/Mat Мел/Mel Мор/Mor Наз/Naz Ник/Nik Ов/Ov Орл/Orl Пан/Pan Пет/Pet Пол/Pol Рад/Rad Род/Rod Руд/Rud Сав/Sav Сел/Sel Сид/Sid Сол/Sol Тар/Tar Тим/Tim Тих/Tikh Усм/Usm Фед/Fed Хар/Khar Цвет/Tsvet Чер/Cher Шат/Shat Щер/Shcher Юд/Yud Як/Yak",
        tails: "ов/ov ев/ev ин/in ков/kov енко/enko чук/chuk ский/sky анов/anov аев/aev ицын/itsyn уков/ukov онов/onov",
    },
    Culture {
        countries: &[
            "eg", "sa", "sy", "iq", "ma", "dz", "ye", "lb", "jo", "ae", "sd", "ly", "tn",
        ],
        share: 1100,
        native: 40,
        shape: Shape::Arabic,
        men: "محمد/Mohammed محمد/Muhammad محمد/Mohamed محمد/Mohamad أحمد/Ahmed أحمد/Ahmad علي/Ali حسن/Hassan حسين/Hussein حسين/Husayn محمود/Mahmoud إبراهيم/Ibrahim عمر/Omar خالد/Khalid خالد/Khaled يوسف/Yusuf يوسف/Youssef مصطفى/Mustafa سعيد/Said سعيد/Saeed صالح/Saleh حمزة/Hamza طارق/Tariq ناصر/Nasser كريم/Karim جمال/Jamal سامي/Sami فيصل/Faisal وليد/Walid ماجد/Majid بلال/Bilal زياد/Ziad عادل/Adel هشام/Hisham أنور/Anwar رشيد/Rashid سالم/Salem منصور/Mansour إسماعيل/Ismail عبدالله/Abdullah عبدالرحمن/Abdulrahman عبدالعزيز/Abdulaziz عبدالكريم/Abdul-Karim",
        women: "فاطمة/Fatima عائشة/Aisha مريم/Maryam خديجة/Khadija زينب/Zainab سارة/Sara نورة/Noura ليلى/Layla أمينة/Amina هدى/Huda سلمى/Salma رانيا/Rania نادية/Nadia سميرة/Samira جميلة/Jamila سعاد/Suad لطيفة/Latifa هند/Hind ياسمين/Yasmin منى/Mona إيمان/Iman أسماء/Asma رقية/Ruqayya هالة/Hala دينا/Dina",
        stems: "بر/Bar بك/Bak جب/Jab جر/Jar حر/Har حم/Ham خط/Khat خل/Khal در/Dar دل/Dal رش/Rash رم/Ram زر/Zar زه/Zah سع/Sa سل/Sal شر/Shar شم/Sham صب/Sab ضو/Daw طح/Tah ظف/Zaf عب/Ab عت/At غر/Ghar غم/Gham فر/Far فل/Fal قد/Qad قر/Qar كر/Kar كن/Kan لب/Lab مر/Mar مط/Mat نج/Naj نع/Na هل/Hal هم/Ham ور/War يم/Yam",
        tails: "اوي/awi اني/ani يري/iri وري/uri الي/ali ادي/adi يبي/ibi اشي/ashi وني/uni اس/as ان/an ود/ud",
    },
    Culture {
        countries: &["ir", "af", "tj"],
        share: 350,
        native: 40,
        shape: Shape::Western,
        men: "محمد/Mohammad علی/Ali حسین/Hossein رضا/Reza مهدی/Mehdi امیر/Amir حسن/Hassan احمد/Ahmad سعید/Saeed مجید/Majid حمید/Hamid مسعود/Masoud بهرام/Bahram داریوش/Dariush کامران/Kamran فرهاد/Farhad ناصر/Naser جواد/Javad محسن/Mohsen اکبر/Akbar پرویز/Parviz شهرام/Shahram",
        women: "فاطمه/Fatemeh زهرا/Zahra مریم/Maryam معصومه/Masoumeh سکینه/Sakineh لیلا/Leila نرگس/Narges پروین/Parvin شیرین/Shirin مینا/Mina نازنین/Nazanin سارا/Sara آزاده/Azadeh الهام/Elham پریسا/Parisa",
        stems: "اب/Ab ار/Ar با/Ba بر/Bar به/Beh پا/Pa تو/Tav جل/Jal چر/Char خا/Kha خر/Khor دا/Da در/Dar را/Ra رض/Rez زا/Za زم/Zam سا/Sa شا/Sha شه/Shah صا/Sa طا/Ta فر/Far قا/Gha کا/Ka کر/Kar گل/Gol ما/Ma مه/Mah نا/Na نو/Nou ور/Var یز/Yaz",
        tails: "زاده/zadeh پور/pour ی/i یان/ian وند/vand نژاد/nejad فر/far منش/manesh کیا/kia دوست/doust",
    },
    Culture {
        countries: &["tr", "az", "cy"],
        share: 350,
        native: 0,
        shape: Shape::Western,
        men: "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman Abdullah Mahmut Recep Salih Fatih Kemal Orhan Emre Burak Serkan Hakan Cem Tolga Volkan Elçin Rashad Vüqar",
        women: "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Merve Havva Zeliha Esra Özlem Yasemin Hülya Sevim Gülsüm Leyla Aysel Nigar Sevda Derya Ebru",
        stems: "Ak Al Ar As Ay Bal Baş Bey Boz Can Çak Çel Dağ Dem Do Er Gök Gül Gün İn Kap Kar Kay Kes Kıl Koç Kur Öz Pek Sar Say Sev Şah Şen Taş Tek Tun Tür Uç Ulu Var Yal Yav Yıl Yol",
        tails: "oğlu can demir taş kaya er türk maz han lı soy gül alp lar in bey",
    },
    Culture {
        countries: &["in", "np", "lk"],
        share: 1000,
        native: 12,
        shape: Shape::Western,
        men: "राम/Ram श्याम/Shyam विजय/Vijay अजय/Ajay संजय/Sanjay राजेश/Rajesh सुरेश/Suresh रमेश/Ramesh महेश/Mahesh अनिल/Anil सुनील/Sunil अशोक/Ashok मनोज/Manoj राहुल/Rahul अमित/Amit रोहित/Rohit विकास/Vikas दीपक/Deepak प्रदीप/Pradeep मोहन/Mohan गोपाल/Gopal हरि/Hari कृष्ण/Krishna अर्जुन/Arjun नरेश/Naresh दिनेश/Dinesh मुकेश/Mukesh राकेश/Rakesh संदीप/Sandeep विनोद/Vinod",
        women: "सीता/Sita गीता/Geeta सुनीता/Sunita अनीता/Anita कविता/Kavita प्रिया/Priya पूजा/Pooja नेहा/Neha रेखा/Rekha ऊषा/Usha लक्ष्मी/Lakshmi सरिता/Sarita मीना/Meena आशा/Asha राधा/Radha किरण/Kiran शांति/Shanti दीपा/Deepa स्वाति/Swati अंजलि/Anjali",
        stems: "अग/Ag आन/An बन/Ban भर/Bhar भट/Bhat चौ/Chau चत/Chat देश/Desh धर/Dhar दुब/Dub गर/Gar घो/Gho गुप/Gup जै/Jai जो/Jo कप/Kap खन/Khan कुल/Kul लाल/Lal मल/Mal मिश/Mish मुख/Mukh नाय/Nay पंड/Pand पात/Pat प्रस/Pras राठ/Rath राव/Rav सक/Sak शर/Shar सिंह/Singh सुब/Sub तिव/Tiv ठाक/Thak उपा/Upa वर/Var व्यास/Vyas यद/Yad",
        tails: "वाल/wal कर/kar राज/raj ी/i नाथ/nath मा/ma देव/dev जी/ji न/an दास/das पाल/pal या/ya",
    },
    Culture {
        countries: &["cn", "tw", "hk", "sg"],
        share: 1000,
        native: 45,
        shape: Shape::EastAsian,
        men: "伟/Wei 强/Qiang 磊/Lei 军/Jun 洋/Yang 勇/Yong 杰/Jie 涛/Tao 明/Ming 超/Chao 刚/Gang 平/Ping 辉/Hui 鹏/Peng 华/Hua 飞/Fei 波/Bo 斌/Bin 浩/Hao 宇/Yu 志强/Zhiqiang 建华/Jianhua 建国/Jianguo 文博/Wenbo 志明/Zhiming 国强/Guoqiang 永康/Yongkang 天宇/Tianyu 子轩/Zixuan 浩然/Haoran 俊杰/Junjie 海涛/Haitao 晓东/Xiaodong 立新/Lixin 大伟/Dawei 世荣/Shirong 德华/Dehua 光明/Guangming",
        women: "芳/Fang 娜/Na 敏/Min 静/Jing 丽/Li 艳/Yan 娟/Juan 霞/Xia 燕/Yan 玲/Ling 桂英/Guiying 秀英/Xiuying 秀兰/Xiulan 玉兰/Yulan 小红/Xiaohong 晓燕/Xiaoyan 雪梅/Xuemei 美玲/Meiling 欣怡/Xinyi 雨涵/Yuhan 佳琪/Jiaqi 思雨/Siyu 丽华/Lihua 春梅/Chunmei 海燕/Haiyan 淑珍/Shuzhen 慧敏/Huimin 文静/Wenjing",
        stems: "王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 黄/Huang 赵/Zhao 吴/Wu 周/Zhou 徐/Xu 孙/Sun 马/Ma 朱/Zhu 胡/Hu 郭/Guo 何/He 高/Gao 林/Lin 罗/Luo 郑/Zheng 梁/Liang 谢/Xie 宋/Song 唐/Tang 许/Xu 韩/Han 冯/Feng 邓/Deng 曹/Cao 彭/Peng 曾/Zeng 肖/Xiao 田/Tian 董/Dong 袁/Yuan 潘/Pan 于/Yu 蒋/Jiang 蔡/Cai 余/Yu 杜/Du 叶/Ye 程/Cheng 苏/Su 魏/Wei 吕/Lü 丁/Ding 任/Ren 沈/Shen 姚/Yao 卢/Lu 姜/Jiang 崔/Cui 钟/Zhong 谭/Tan 陆/Lu 汪/Wang 范/Fan 金/Jin 石/Shi 廖/Liao 贾/Jia 夏/Xia 韦/Wei 付/Fu 方/Fang 白/Bai 邹/Zou 孟/Meng 熊/Xiong 秦/Qin 邱/Qiu 江/Jiang 尹/Yin 薛/Xue 闫/Yan 段/Duan 雷/Lei 侯/Hou 龙/Long 史/Shi 陶/Tao 黎/Li 贺/He 顾/Gu 毛/Mao 郝/Hao 龚/Gong 邵/Shao 万/Wan 钱/Qian 严/Yan 覃/Qin 武/Wu 戴/Dai 莫/Mo 孔/Kong 向/Xiang 汤/Tang",
        tails: "",
    },
    Culture {
        countries: &["kr", "kp"],
        share: 250,
        native: 45,
        shape: Shape::EastAsian,
        men: "민수/Min-su 영호/Young-ho 성민/Sung-min 지훈/Ji-hoon 동현/Dong-hyun 준호/Jun-ho 상철/Sang-chul 정호/Jung-ho 현우/Hyun-woo 재민/Jae-min 승현/Seung-hyun 태영/Tae-young 광수/Kwang-su 영철/Yong Chol 병철/Pyong Chol 명국/Myong Guk 철수/Chol Su 성일/Song Il 남진/Nam Jin",
        women: "지은/Ji-eun 수진/Soo-jin 미경/Mi-kyung 영희/Young-hee 은주/Eun-ju 현정/Hyun-jung 민지/Min-ji 서연/Seo-yeon 지영/Ji-young 혜진/Hye-jin 순옥/Sun Ok 영숙/Yong Suk 미란/Mi Ran 정화/Jong Hwa",
        stems: "김/Kim 이/Lee 리/Ri 박/Park 박/Pak 최/Choi 최/Choe 정/Jung 정/Jong 강/Kang 조/Cho 조/Jo 윤/Yoon 장/Jang 임/Lim 림/Rim 한/Han 오/Oh 서/Seo 신/Shin 권/Kwon 황/Hwang 안/An 송/Song 류/Ryu 홍/Hong 전/Jon 고/Ko 문/Mun 손/Son 양/Yang 배/Bae 백/Paek 허/Ho 유/Yoo 남/Nam 심/Sim 노/Noh 하/Ha 주/Ju",
        tails: "",
    },
    Culture {
        countries: &["jp"],
        share: 300,
        native: 40,
        shape: Shape::EastAsian,
        men: "太郎/Taro 一郎/Ichiro 健一/Kenichi 大輔/Daisuke 翔太/Shota 拓也/Takuya 誠/Makoto 隆/Takashi 浩/Hiroshi 直樹/Naoki 和夫/Kazuo 修/Osamu 学/Manabu 亮/Ryo 健太/Kenta 正人/Masato 裕二/Yuji 秀樹/Hideki",
        women: "花子/Hanako 恵子/Keiko 洋子/Yoko 幸子/Sachiko 和子/Kazuko 陽子/Yoko 智子/Tomoko 由美子/Yumiko 真由美/Mayumi 久美子/Kumiko 裕子/Yuko 明美/Akemi さくら/Sakura 愛/Ai 美咲/Misaki 葵/Aoi",
        stems: "青/Ao 赤/Aka 秋/Aki 浅/Asa 石/Ishi 市/Ichi 稲/Ina 岩/Iwa 上/Ue 内/Uchi 梅/Ume 大/O 岡/Oka 奥/Oku 小/Ko 加/Ka 片/Kata 金/Kane 川/Kawa 北/Kita 木/Ki 黒/Kuro 坂/Saka 佐/Sa 沢/Sawa 塩/Shio 白/Shiro 杉/Sugi 関/Seki 高/Taka 竹/Take 田/Ta 谷/Tani 辻/Tsuji 寺/Tera 富/Tomi 中/Naka 長/Naga 西/Nishi 野/No 橋/Hashi 浜/Hama 林/Hayashi 原/Hara 東/Higashi 平/Hira 深/Fuka 福/Fuku 藤/Fuji 古/Furu 星/Hoshi 堀/Hori 前/Mae 松/Matsu 丸/Maru 三/Mi 水/Mizu 宮/Miya 村/Mura 森/Mori 山/Yama 吉/Yoshi 横/Yoko 若/Waka",
        tails: "田/da 山/yama 川/kawa 村/mura 本/moto 井/i 野/no 島/shima 崎/zaki 原/hara 木/ki 沢/zawa 口/guchi 藤/to 谷/tani 橋/hashi",
    },
    Culture {
        countries: &["vn"],
        share: 250,
        native: 0,
        shape: Shape::Given,
        men: "Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Văn Đức Minh Hùng Dũng Tuấn Quang Thành Hải Nam Long Phong Sơn Tùng Khoa Bảo Anh Duy",
        women: "Nguyễn Trần Lê Phạm Hoàng Đỗ Hồ Ngô Thị Hoa Lan Mai Hương Thu Hạnh Ngọc Linh Trang Phương Thảo Yến Nga Bích Loan Tuyết Dung",
        stems: "",
        tails: "",
    },
    Culture {
        countries: &["id", "my"],
        share: 450,
        native: 0,
        shape: Shape::Given,
        men: "Muhammad Ahmad Agus Budi Bambang Joko Slamet Sutrisno Suharto Eko Dwi Tri Hendra Rudi Andi Dedi Arif Rizky Fajar Yusuf Abdul Rahman Ismail Hasan Wahyudi Setiawan Santoso Wijaya Kurniawan Hidayat Nugroho Pratama Saputra Gunawan Susanto Haryanto Firmansyah Iskandar Siregar Nasution Lubis",
        women: "Siti Nur Sri Dewi Rina Ani Ratna Wati Endang Yuni Indah Lestari Puspita Fitri Ayu Putri Sari Aminah Nurul Aisyah Rahayu Wulandari Handayani Utami Permata Maharani Kusuma Anggraini Susanti Hartati",
        stems: "",
        tails: "",
    },
    Culture {
        countries: &["pk", "bd"],
        share: 600,
        native: 12,
        shape: Shape::Western,
        men: "محمد/Muhammad احمد/Ahmed علی/Ali حسن/Hassan عمران/Imran عرفان/Irfan طارق/Tariq آصف/Asif کاشف/Kashif ندیم/Nadeem سلیم/Saleem رشید/Rashid جاوید/Javed فیصل/Faisal بلال/Bilal زاہد/Zahid شاہد/Shahid اکرم/Akram غلام/Ghulam نواز/Nawaz رفیق/Rafiq کریم/Karim مجیب/Mujib",
        women: "فاطمہ/Fatima عائشہ/Ayesha زینب/Zainab نسرین/Nasreen شازیہ/Shazia صائمہ/Saima رخسانہ/Rukhsana پروین/Parveen ثمینہ/Samina نازیہ/Nazia سعدیہ/Sadia شبانہ/Shabana بشریٰ/Bushra",
        stems: "انصار/Ansar بھٹ/Bhatt چود/Chaud درانی/Durran گل/Gul ہاش/Hash جمال/Jamal قر/Qur خان/Khan لود/Lodh ملک/Malik مغل/Mughal نیاز/Niaz قاض/Qaz رانا/Rana صدیق/Siddiq شیخ/Sheikh سید/Syed وارث/Waris یوسف/Yousaf",
        tails: "ی/i زئی/zai وال/wal پور/puri خیل/khel دار/dar شاہ/shah",
    },
    Culture {
        countries: &["ng", "gh", "ke", "tz", "ug", "cd", "za", "zw"],
        share: 500,
        native: 0,
        shape: Shape::Western,
        men: "Emmanuel Samuel Daniel Joseph Michael Chinedu Emeka Oluwaseun Adebayo Kwame Kofi Kwabena Juma Hamisi Baraka Otieno Kamau Mwangi Musa Ibrahim Abubakar Sani Thabo Sipho Tendai Jean Patrice Moses Peter Isaac Amani Bakari",
        women: "Grace Mercy Blessing Faith Ngozi Chioma Funmilayo Abena Akosua Ama Wanjiku Achieng Neema Rehema Zainabu Fatuma Aisha Hadiza Thandiwe Nomsa Rudo Esther Ruth Sarah Mary Joyce Patience Comfort Furaha Zawadi",
        stems: "Aba Ade Aki Ako Ama Asa Awo Ba Chi Dla Ebo Eke Ene Fa Ga Iko Ja Ka Kiba Kipro Ko Lu Ma Mba Mbe Mo Mu Mwa Nda Nde Nga Nko Nya Obi Odu Oke Olu Ono Oti Owu Sa Si Te Tsha Uche Uzo Wa Ya Za Zu",
        tails: "kwe nga mbe bayo emi kor pe dele wole ngo ma si tunde ndu riku la kole nde chi so",
    },
    Culture {
        countries: &["gr", "cy"],
        share: 100,
        native: 40,
        shape: Shape::Western,
        men: "Γεώργιος/Georgios Ιωάννης/Ioannis Κωνσταντίνος/Konstantinos Δημήτριος/Dimitrios Νικόλαος/Nikolaos Παναγιώτης/Panagiotis Βασίλειος/Vasileios Χρήστος/Christos Αθανάσιος/Athanasios Σπυρίδων/Spyridon",
        women: "Μαρία/Maria Ελένη/Eleni Αικατερίνη/Aikaterini Βασιλική/Vasiliki Σοφία/Sofia Αγγελική/Angeliki Γεωργία/Georgia Δήμητρα/Dimitra Αναστασία/Anastasia",
        stems: "Αγγελ/Angel Αναστ/Anast Βασιλ/Vasil Γεωργ/Georg Δημητρ/Dimitr Θεοδ/Theod Ιωανν/Ioann Καραμ/Karam Κωνστ/Konst Λαμπρ/Lampr Μακρ/Makr Μαυρ/Mavr Νικολ/Nikol Παπαν/Papan Πετρ/Petr Σταυρ/Stavr Χατζ/Chatz",
        tails: "όπουλος/opoulos ίδης/idis άκης/akis ίου/iou άτος/atos έλης/elis ούσης/ousis άς/as",
    },
    Culture {
        countries: &["il"],
        share: 100,
        native: 40,
        shape: Shape::Western,
        men: "דוד/David משה/Moshe יוסף/Yosef יעקב/Yaakov אברהם/Avraham דניאל/Daniel יצחק/Yitzhak אורי/Uri נועם/Noam איתן/Eitan אלון/Alon גדי/Gadi",
        women: "שרה/Sarah רבקה/Rivka רחל/Rachel מרים/Miriam אסתר/Esther חנה/Hanna תמר/Tamar נועה/Noa יעל/Yael מיכל/Michal",
        stems: "אל/El בר/Bar בן/Ben גול/Gol דר/Dar הר/Har זיל/Zil חד/Had כר/Kar לב/Lev מור/Mor נח/Nah פר/Per צור/Tzur רוז/Roz שפ/Shap תל/Tal",
        tails: "מן/man ברג/berg שטיין/stein ון/on י/i אל/el ית/it קוב/kov",
    },
    Culture {
        countries: &["ge", "am"],
        share: 100,
        native: 30,
        shape: Shape::Western,
        men: "გიორგი/Giorgi დავით/Davit ლევან/Levan ზურაბ/Zurab ნიკა/Nika ირაკლი/Irakli Արմեն/Armen Տիգրան/Tigran Գևորգ/Gevorg Հայկ/Hayk Վահե/Vahe",
        women: "ნინო/Nino მარიამ/Mariam ანა/Ana თამარ/Tamar ნათია/Natia Անի/Ani Մարիամ/Mariam Լուսինե/Lusine Գայանե/Gayane",
        stems: "ბერ/Ber გელ/Gel დოლ/Dol კაპ/Kap ლომ/Lom მელ/Mel ნოდ/Nod ჩხა/Chkha ხუც/Khuts ჯაფ/Jap Գրիգոր/Grigor Հակոբ/Hakob Մկրտ/Mkrt Պետրոս/Petros Սարգս/Sargs",
        tails: "იძე/idze შვილი/shvili აძე/adze ავა/ava იანი/iani յան/yan ունց/unts",
    },
    Culture {
        countries: &["th", "la"],
        share: 150,
        native: 30,
        shape: Shape::Western,
        men: "สมชาย/Somchai สมศักดิ์/Somsak ประเสริฐ/Prasert วิชัย/Wichai สุรชัย/Surachai ธนา/Thana อนุชา/Anucha กิตติ/Kitti ณรงค์/Narong พิชัย/Phichai",
        women: "สมหญิง/Somying มาลี/Malee สุดา/Suda วันดี/Wandee อรุณี/Arunee นภา/Napa จันทร์/Chan กัญญา/Kanya รัตนา/Rattana",
        stems: "ศรี/Sri บุญ/Boon ทอง/Thong แก้ว/Kaew สุข/Suk วงศ์/Wong จันทร์/Chan ชัย/Chai พร/Phon มณี/Mani รัตน์/Rat สิริ/Siri ธนา/Thana พันธุ์/Phan",
        tails: "วงศ์/wong ชัย/chai ดี/di สุข/suk พันธ์/phan กุล/kun รัตน์/rat มาศ/mat ผล/phon ศักดิ์/sak",
    },
    Culture {
        countries: &["mm"],
        share: 80,
        native: 20,
        shape: Shape::Given,
        men: "အောင်/Aung ကျော်/Kyaw မင်း/Min ထွန်း/Tun ဇော်/Zaw သန်း/Than မြင့်/Myint လှိုင်/Hlaing နိုင်/Naing ဝင်း/Win စိုး/Soe ထက်/Htet",
        women: "ခင်/Khin အေး/Aye မြ/Mya စန်း/San သီတာ/Thida နှင်း/Hnin စု/Su မေ/May ဝါ/War ဖြူ/Phyu နွယ်/Nwe",
        stems: "",
        tails: "",
    },
    Culture {
        countries: &["et", "er", "so"],
        share: 120,
        native: 20,
        shape: Shape::Given,
        men: "አበበ/Abebe ተስፋዬ/Tesfaye ገብረ/Gebre ሐይለ/Haile ዳዊት/Dawit ሳሙኤል/Samuel ብርሃኑ/Berhanu መኮንን/Mekonnen አሕመድ/Ahmed ዮሐንስ/Yohannes ግርማ/Girma በቀለ/Bekele",
        women: "ሐና/Hana ሳራ/Sara አስቴር/Aster ትርሐስ/Tirhas ሰናይት/Senait አልማዝ/Almaz ፋጡማ/Fatuma ሙሉ/Mulu ብርቱካን/Birtukan",
        stems: "",
        tails: "",
    },
];

/// What made-up companies are called: a word, or two, of these syllables.
pub(super) const FIRMS: &str = "Ava Alta Bel Bora Cen Cora Delta Dyna Ever Fino Gala Glo Hexa Inter Iso Jade Kora Lumi Luna Max Medi Meri Neo Nor Nova Opti Ora Pan Pax Polar Prima Quad Quin Rex Sola Star Stella Syn Tera Terra Tri Ultra Uni Vega Vela Vero Vita West Xeno Zen";
pub(super) const FIRM_TAILS: &str = "dex lon mar nex nix pol ra rex ria rix ron san sol ta tec tis tor tron va van vex via vis xa xis";
pub(super) const TRADES: &str = "Trading Shipping Logistics Holdings Investment Engineering Construction Textiles Foods Energy Petroleum Chemicals Electronics Consulting Capital Resources Mining Steel Marine Aviation Pharma Agro Import-Export Motors Services Systems Technologies Partners Industries Development";
pub(super) const FORMS: &[(&str, &str)] = &[
    ("Ltd", "gb"),
    ("Limited", "hk"),
    ("LLC", "us"),
    ("Inc.", "us"),
    ("GmbH", "de"),
    ("S.A.", "fr"),
    ("S.L.", "es"),
    ("S.r.l.", "it"),
    ("B.V.", "nl"),
    ("A.Ş.", "tr"),
    ("FZE", "ae"),
    ("Co., Ltd.", "cn"),
    ("Pvt Ltd", "in"),
    ("Sp. z o.o.", "pl"),
    ("AG", "ch"),
    ("", "ru"),
];
/// Russian companies write their form in front and their name in quotation marks.
pub(super) const RUSSIAN_FIRMS: &str = "Сев/Sev Юг/Yug Рос/Ros Гор/Gor Строй/Stroy Тех/Tekh Мет/Met Агро/Agro Транс/Trans Нефте/Nefte Пром/Prom Хим/Khim Авиа/Avia Мор/Mor Энерго/Energo Лес/Les Алт/Alt Вол/Vol";
pub(super) const RUSSIAN_TAILS: &str = "снаб/snab торг/torg маш/mash проект/proekt сервис/servis инвест/invest лайн/line ресурс/resurs монтаж/montazh контракт/kontrakt импульс/impuls";
/// What ships are called.
pub(super) const SHIPS: &str = "Ocean Sea Pacific Atlantic Northern Southern Eastern Golden Silver Blue Red Royal Star Sun Moon Coral Pearl Diamond Crystal Amber Lady Princess Captain Glory Spirit Hope Fortune Victory Pioneer Voyager Horizon Breeze Wave Dolphin Falcon Eagle Tiger Lotus Jasmine Orchid";
